// SPDX-License-Identifier: Apache-2.0
package dev.perdure.semantics;

import dev.perdure.store.NewMessage;
import dev.perdure.store.SqlStore;
import dev.perdure.store.StoreException;
import dev.perdure.store.StoreException.Effect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.UUID;

/** What one engine sees of a store with SQL, until it dies: then nothing of that engine reaches the store any more. */
final class MortalSqlStore {

    /** Moments of a transaction. */
    enum Moment { BEFORE_THE_BODY, BEFORE_THE_COMMIT, AFTER_THE_COMMIT, WHEN_ITS_ANSWER_IS_WRITTEN, NEVER }

    private final SqlStore disk;
    volatile Moment deadly = Moment.NEVER;
    /** Called just before the commit, when nothing can keep the transaction from it any more. */
    volatile Runnable beforeCommit = () -> { };
    private volatile boolean dead;
    private volatile UUID node;

    MortalSqlStore(SqlStore disk) {
        this.disk = disk;
    }

    UUID node() {
        return node;
    }

    boolean isDead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    SqlStore seen() {
        return (SqlStore) Proxy.newProxyInstance(SqlStore.class.getClassLoader(), new Class<?>[] {SqlStore.class},
                (self, method, arguments) -> call(method, arguments));
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close") || method.getDeclaringClass() == Object.class) {
            return method.getName().equals("close") ? null : invoke(method, arguments);
        }
        diesAt(method.getName().equals("transact") ? Moment.BEFORE_THE_BODY : null);
        switch (method.getName()) {
            case "join" -> node = (UUID) arguments[0];
            case "transact" -> arguments[1] = new Dying((SqlStore.Work) arguments[1]);
            case "write" -> {
                if (deadly == Moment.WHEN_ITS_ANSWER_IS_WRITTEN && arguments[0].toString().contains("StepCompleted")) {
                    invoke(method, arguments);
                    diesAt(deadly);
                }
            }
            default -> {
                // Goes through.
            }
        }
        Object answer = invoke(method, arguments);
        if (method.getName().equals("transact")) {
            diesAt(Moment.AFTER_THE_COMMIT);
        }
        return answer;
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(disk, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    private void diesAt(Moment moment) {
        dead |= moment != null && deadly == moment;
        if (dead) {
            throw new StoreException("store_dead", "this engine is no more", Effect.UNKNOWN, null);
        }
    }

    private final class Dying implements SqlStore.Work {
        private final SqlStore.Work work;

        Dying(SqlStore.Work work) {
            this.work = work;
        }

        @Override
        public NewMessage run(Connection connection, Runnable abort) throws Exception {
            return work.run(connection, abort);
        }

        @Override
        public boolean isWanted() {
            diesAt(Moment.BEFORE_THE_COMMIT);
            boolean wanted = work.isWanted();
            beforeCommit.run();
            return wanted;
        }
    }
}
