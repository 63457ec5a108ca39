// SPDX-License-Identifier: Apache-2.0
package dev.perdure.journal;

/**
 * The identity of what a fiber asked for: the how-manieth question of which fiber. Stable when another branch changes.
 *
 * @param fiber the fiber's path, {@code main} or {@code main/2} or {@code main/fetch}
 * @param index counted from 0 on each fiber
 */
public record Position(String fiber, int index) {

    @Override
    public String toString() {
        return fiber + "#" + index;
    }
}
