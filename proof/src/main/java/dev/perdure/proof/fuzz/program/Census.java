// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.fuzz.program;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which operations programs are made of. An operation is a kind of {@link Op}, or each manner of it if it has any:
 * {@code step_retried}. Read off the records themselves, so that none can be forgotten here.
 */
public final class Census {

    private Census() {
    }

    /**
     * All operations that there are.
     *
     * @return names, each once
     */
    public static List<String> operations() {
        List<String> all = new ArrayList<>();
        for (Class<?> kind : Op.class.getPermittedSubclasses()) {
            int before = all.size();
            for (RecordComponent component : kind.getRecordComponents()) {
                if (manner(component) != null) {
                    for (Object constant : manner(component).getEnumConstants()) {
                        all.add(name(kind, constant));
                    }
                }
            }
            if (all.size() == before) {
                all.add(name(kind, ""));
            }
        }
        return all;
    }

    /**
     * Counts what a program is made of.
     *
     * @param program any
     * @param counts to which is added, by operation
     */
    public static void count(Program program, Map<String, Long> counts) {
        count(program.main(), counts);
    }

    private static void count(List<Op> block, Map<String, Long> counts) {
        for (Op op : block) {
            names(op).forEach(name -> counts.merge(name, 1L, Long::sum));
            op.blocks().forEach(inner -> count(inner, counts));
        }
    }

    /** The operations that an op is. */
    static List<String> names(Op op) {
        List<String> all = new ArrayList<>();
        boolean hasManner = false;
        for (RecordComponent component : op.getClass().getRecordComponents()) {
            if (manner(component) != null) {
                hasManner = true;
                Object value = value(component, op);
                Collection<?> manners = value instanceof Collection<?> several ? several : List.of(value);
                manners.forEach(manner -> all.add(name(op.getClass(), manner)));
            }
        }
        return hasManner ? all : List.of(name(op.getClass(), ""));
    }

    /** The enum of a component that is one, or a set of its constants; null for any other. */
    private static Class<?> manner(RecordComponent component) {
        if (component.getGenericType() instanceof ParameterizedType generic
                && generic.getActualTypeArguments()[0] instanceof Class<?> element && element.isEnum()) {
            return element;
        }
        return component.getType().isEnum() ? component.getType() : null;
    }

    private static Object value(RecordComponent component, Op op) {
        try {
            return component.getAccessor().invoke(op);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String name(Class<?> kind, Object manner) {
        String name = kind.getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1");
        return (manner.equals("") ? name : name + "_" + manner).toLowerCase(Locale.ROOT);
    }
}
