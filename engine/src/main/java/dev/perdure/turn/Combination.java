// SPDX-License-Identifier: Apache-2.0
package dev.perdure.turn;

import dev.perdure.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A promise made of promises: settled as soon as its rule finds an outcome among the members. */
final class Combination<T> extends LivePromise<T> {

    /** What decides. */
    enum Rule {
        /** All values in order; the first failure fails it. */
        ALL,
        /** The first value; fails when all have failed. */
        ANY,
        /** The first outcome of either kind. */
        RACE
    }

    private final Rule rule;
    private final List<? extends Promise<?>> members;
    /** So many from the first on: only grows, so that members cost as much as they are many. */
    private int settled;

    Combination(LiveRun run, Rule rule, List<? extends Promise<?>> members) {
        super(run, rule.name().toLowerCase(Locale.ROOT), members.size() + " promises");
        this.rule = rule;
        this.members = List.copyOf(members);
        for (Promise<?> member : this.members) {
            if (member instanceof LivePromise<?> live) {
                live.joins(this);
            }
        }
        this.members.stream().filter(Promise::isReady).forEach(this::heard);
    }

    static Combiner combiner(LiveRun run) {
        return new Combiner() {
            @Override
            public <V> Promise<List<V>> all(List<? extends Promise<? extends V>> promises) {
                return new Combination<>(run, Rule.ALL, promises);
            }

            @Override
            public <V> Promise<V> first(List<? extends Promise<? extends V>> promises, boolean failuresCount) {
                return new Combination<>(run, failuresCount ? Rule.RACE : Rule.ANY, promises);
            }
        };
    }

    /** A member has been settled. Called in the order of settling, so a race is decided by what came first. */
    @SuppressWarnings("unchecked")
    void heard(Promise<?> member) {
        if (isReady()) {
            return;
        }
        Throwable failure = failureOf(member);
        if (failure == null ? rule != Rule.ALL : rule != Rule.ANY) {
            settle((T) valueOf(member), failure);
            return;
        }
        while (settled < members.size() && members.get(settled).isReady()) {
            settled++;
        }
        if (settled == members.size()) {
            end();
        }
    }

    /** All have their values, or all have failed. */
    @SuppressWarnings("unchecked")
    private void end() {
        if (rule == Rule.ALL) {
            List<@Nullable Object> values = new ArrayList<>(members.size());
            members.forEach(member -> values.add(valueOf(member)));
            complete((T) values);
        } else {
            settle(null, failureOf(members.getLast()));
        }
    }

    private static @Nullable Throwable failureOf(Promise<?> member) {
        return member instanceof LivePromise<?> live ? live.failure() : null;
    }

    private static @Nullable Object valueOf(Promise<?> member) {
        return member instanceof LivePromise<?> live ? live.value() : member.get();
    }

    @Override
    public boolean cancel() {
        boolean open = !isReady();
        members.forEach(Promise::cancel);
        return open;
    }
}
