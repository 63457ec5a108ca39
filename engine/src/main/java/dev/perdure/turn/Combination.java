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

    Combination(LiveRun run, Rule rule, List<? extends Promise<?>> members) {
        super(run, rule.name().toLowerCase(Locale.ROOT), members.size() + " promises");
        this.rule = rule;
        this.members = List.copyOf(members);
        for (Promise<?> member : this.members) {
            if (member instanceof LivePromise<?> live) {
                live.joins(this);
            }
        }
        look();
    }

    /** A member may have been settled. Called in the order of settling, so a race is decided by what came first. */
    @SuppressWarnings("unchecked")
    void look() {
        if (isReady()) {
            return;
        }
        List<@Nullable Object> values = new ArrayList<>(members.size());
        Throwable lastFailure = null;
        int open = 0;
        for (Promise<?> member : members) {
            if (!member.isReady()) {
                open++;
                continue;
            }
            Throwable failure = member instanceof LivePromise<?> live ? live.failure() : null;
            if (failure == null) {
                Object value = member instanceof LivePromise<?> live ? live.value() : member.get();
                values.add(value);
                if (rule != Rule.ALL) {
                    complete((T) value);
                    return;
                }
            } else if (rule == Rule.ANY) {
                lastFailure = failure;
            } else {
                fail(failure);
                return;
            }
        }
        if (open == 0 && rule == Rule.ALL) {
            complete((T) values);
        } else if (open == 0 && lastFailure != null) {
            fail(lastFailure);
        }
    }

    @Override
    public boolean cancel() {
        boolean open = !isReady();
        members.forEach(Promise::cancel);
        return open;
    }
}
