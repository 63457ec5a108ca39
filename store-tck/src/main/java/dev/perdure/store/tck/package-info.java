// SPDX-License-Identifier: Apache-2.0

/**
 * The contract of a store, one class per capability, for any backend to run against itself.
 *
 * <p>Extend each {@code …Contract} class, say in {@link dev.perdure.store.tck.StoreContract#fixture} where empty
 * stores come from, and run the tests with JUnit:
 *
 * {@snippet :
 * class MyStoreTest {
 *     @Nested
 *     class Starting extends StartingContract {
 *         protected StoreFixture fixture() {
 *             return new MyFixture();
 *         }
 *     }
 * }
 * }
 *
 * <p>{@link dev.perdure.store.tck.DifferentialContract} does more than the others together: it does random things to
 * the store and to {@link dev.perdure.store.MemoryStore}, and compares every answer. What it finds is worth a named
 * test in one of them.
 */
@NullMarked
package dev.perdure.store.tck;

import org.jspecify.annotations.NullMarked;
