// SPDX-License-Identifier: Apache-2.0
package dev.perdure.proof.crash.place;

import dev.perdure.store.SqlStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where one chain of lives is kept: empty at first, then with what each life has left for the next. The process that is
 * killed and its parent each have an object of their own for the same place. Used by one thread.
 */
public sealed interface Place extends AutoCloseable permits FilePlace, SchemaPlace {

    /**
     * Reads what {@link #line} has written.
     *
     * @param line of another process
     * @return the same place
     */
    static Place parse(String line) {
        String[] parts = line.split("\\|");
        Path directory = Path.of(parts[0]);
        return parts.length == 1 ? new FilePlace(directory) : new SchemaPlace(directory, parts[1], parts[2]);
    }

    /**
     * Says which place this is.
     *
     * @return without tabs and ends of lines
     */
    String line();

    /**
     * For everything that is no database: the effects.
     *
     * @return a directory that exists
     */
    Path directory();

    /**
     * Opens the store, and makes it when it is missing.
     *
     * @return to be closed by the caller, before this place is
     */
    SqlStore open();

    /**
     * Opens the store for somebody who only wants to know what the last life has left, and changes nothing that the
     * next one has to cope with.
     *
     * @param life the number of the next life
     * @return to be closed by the caller
     * @throws IOException if it cannot be copied
     */
    SqlStore look(int life) throws IOException;

    /**
     * A connection of the user's own to the same database.
     *
     * @return in auto-commit mode, to be closed
     * @throws SQLException if there is none
     */
    Connection connect() throws SQLException;

    /**
     * What a table of the user's is called in statements.
     *
     * @param name lower-case letters
     * @return the name, with what has to stand before it
     */
    String table(String name);

    /**
     * Deletes everything that is here. Nobody has it open any more.
     *
     * @throws IOException if something is left
     */
    void clear() throws IOException;

    /** Lets go of connections, and changes nothing. */
    @Override
    void close();
}
