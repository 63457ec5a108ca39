// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The full generic type of a value that crosses the journal, such as {@code List<Order>}.
 *
 * <p>Make one by subclassing in place: {@code new TypeRef<List<Order>>() {}}. Where a plain class is enough, every
 * method that takes a {@code TypeRef} has a sibling that takes a {@code Class}.
 *
 * @param <T> the type of the value
 */
public abstract class TypeRef<T> {

    private final Type type;

    /** Captures the type argument of the subclass. */
    protected TypeRef() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
            throw new InvalidArgumentException(
                    "a TypeRef needs its type argument: write new TypeRef<List<Order>>() {}");
        }
        this.type = parameterized.getActualTypeArguments()[0];
    }

    // Only for classes: the public way in is of(Class).
    private TypeRef(Type type) {
        this.type = type;
    }

    /**
     * The reference to a class without type arguments.
     *
     * @param type the class
     * @param <T> the same
     * @return a reference equal to every other of the same class
     */
    public static <T> TypeRef<T> of(Class<T> type) {
        return new OfClass<>(type);
    }

    /**
     * The captured type.
     *
     * @return a class or a parameterized type
     */
    public final Type type() {
        return type;
    }

    /**
     * The class behind the type, without type arguments.
     *
     * @return never null; {@code Object.class} where the type names no class
     */
    public final Class<?> rawClass() {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        return type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
                ? raw : Object.class;
    }

    /**
     * Whether a value may be passed where this type is expected, as far as its class tells.
     *
     * @param value the value, or null, which fits every type
     * @return false when the class of the value is certainly wrong
     */
    public final boolean accepts(@Nullable Object value) {
        return value == null || boxed(rawClass()).isInstance(value);
    }

    private static Class<?> boxed(Class<?> type) {
        return type.isPrimitive() ? MethodType.methodType(type).wrap().returnType() : type;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof TypeRef<?> that && type.equals(that.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }

    private static final class OfClass<T> extends TypeRef<T> {
        OfClass(Class<T> type) {
            super(type);
        }
    }
}
