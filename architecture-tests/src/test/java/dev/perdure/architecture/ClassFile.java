// SPDX-License-Identifier: Apache-2.0
package dev.perdure.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * One compiled class.
 *
 * @param name its name as Java code says it
 * @param bytes the class file
 */
record ClassFile(String name, byte[] bytes) {

    private static final int ASM = Opcodes.ASM9;

    /**
     * What a method does that the rules have a word on.
     *
     * @param where the method that does it, and the line
     * @param what the method called with its parameter types as class files say them,
     *     {@code java.lang.System.nanoTime()}; a constructor as {@code java.lang.Thread.new()}; a static field read as
     *     {@code java.lang.System.out}; or {@code synchronized}
     */
    record Deed(String where, String what) {}

    static ClassFile read(Path file) {
        try {
            return of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    static ClassFile of(byte[] bytes) {
        return new ClassFile(new ClassReader(bytes).getClassName().replace('/', '.'), bytes);
    }

    String packageName() {
        return packageOf(name);
    }

    static String packageOf(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    /** Every class this one mentions: in code, declarations, generic signatures and annotations. */
    Set<String> mentions() {
        Set<String> mentioned = new TreeSet<>();
        // A remapper is asked for the new name of each class that occurs anywhere; this one only listens.
        Remapper listener = new Remapper(ASM) {
            @Override
            public String map(String internalName) {
                mentioned.add(internalName.replace('/', '.'));
                return internalName;
            }
        };
        new ClassReader(bytes).accept(new ClassRemapper(ASM, null, listener) {}, 0);
        return mentioned;
    }

    /** Every call of this class, method references included, and every use of a monitor. */
    List<Deed> deeds() {
        List<Deed> deeds = new ArrayList<>();
        new ClassReader(bytes).accept(new ClassVisitor(ASM) {
            @Override
            public MethodVisitor visitMethod(int access, String method, String type, String signature,
                    String[] thrown) {
                if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                    deeds.add(new Deed(name + "." + method, "synchronized"));
                }
                return new DeedReader(name + "." + method, deeds);
            }
        }, 0);
        return deeds;
    }

    private static final class DeedReader extends MethodVisitor {
        private final String method;
        private final List<Deed> deeds;
        private int line;

        DeedReader(String method, List<Deed> deeds) {
            super(ASM);
            this.method = method;
            this.deeds = deeds;
        }

        @Override
        public void visitLineNumber(int number, Label start) {
            line = number;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String called, String type, boolean isInterface) {
            add(owner, called, type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String type) {
            if (opcode == Opcodes.GETSTATIC) {
                deeds.add(new Deed(where(), owner.replace('/', '.') + "." + field));
            }
        }

        @Override
        public void visitInvokeDynamicInsn(String called, String type, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    add(handle.getOwner(), handle.getName(), handle.getDesc());
                }
            }
        }

        @Override
        public void visitInsn(int opcode) {
            if (opcode == Opcodes.MONITORENTER) {
                deeds.add(new Deed(where(), "synchronized"));
            }
        }

        private void add(String owner, String called, String type) {
            String name = called.equals("<init>") ? "new" : called;
            String parameters = type.substring(0, type.lastIndexOf(')') + 1);
            deeds.add(new Deed(where(), owner.replace('/', '.') + "." + name + parameters));
        }

        private String where() {
            return method + " (line " + line + ")";
        }
    }
}
