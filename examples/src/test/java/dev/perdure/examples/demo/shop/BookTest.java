// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookTest {

    @TempDir
    private Path directory;

    @Test
    void a_known_key_is_answered_by_its_first_entry() throws IOException {
        Book book = new Book(directory.resolve("ledger.jsonl"));

        Book.Recorded first = book.record(Entry.Kind.CHARGED, "o-1", 100, "key");
        Book.Recorded second = book.record(Entry.Kind.CHARGED, "o-1", 100, "key");

        assertThat(first.repeated()).isFalse();
        assertThat(second).isEqualTo(new Book.Recorded(first.entry(), true));
        assertThat(BookReader.readAll(directory.resolve("ledger.jsonl"))).hasSize(1);
    }

    @Test
    void keys_are_still_known_when_the_book_is_opened_again() throws IOException {
        Path file = directory.resolve("ledger.jsonl");
        new Book(file).record(Entry.Kind.CHARGED, "o-1", 100, "key");

        Book again = new Book(file);

        assertThat(again.record(Entry.Kind.CHARGED, "o-1", 100, "key").repeated()).isTrue();
        assertThat(again.record(Entry.Kind.CHARGED, "o-2", 100, "other").entry().number()).isEqualTo(2);
    }

    @Test
    void what_another_writer_has_entered_meanwhile_is_known() throws IOException {
        Book mine = new Book(directory.resolve("stock.jsonl"));
        Book others = new Book(directory.resolve("stock.jsonl"));
        mine.record(Entry.Kind.RESERVED, "o-1", 0, "first");
        Book.Recorded second = others.record(Entry.Kind.RESERVED, "o-2", 0, "second");

        assertThat(second.entry().number()).isEqualTo(2);
        assertThat(mine.record(Entry.Kind.RESERVED, "o-2", 0, "second"))
                .isEqualTo(new Book.Recorded(second.entry(), true));
    }

    @Test
    void a_writer_who_was_interrupted_enters_nothing_and_may_come_again() throws IOException {
        Book book = new Book(directory.resolve("stock.jsonl"));

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> book.record(Entry.Kind.RESERVED, "o-1", 0, "key")).isInstanceOf(IOException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(book.record(Entry.Kind.RESERVED, "o-1", 0, "key").repeated()).isFalse();
    }

    @Test
    void a_forgetful_book_enters_every_request() throws IOException {
        Book book = new Book(directory.resolve("ledger.jsonl"), true);

        book.record(Entry.Kind.CHARGED, "o-1", 100, "key");

        assertThat(book.record(Entry.Kind.CHARGED, "o-1", 100, "key").entry().number()).isEqualTo(2);
        assertThat(BookReader.readAll(directory.resolve("ledger.jsonl"))).hasSize(2);
    }

    @Test
    void a_line_cut_off_by_a_kill_never_happened() throws IOException {
        Path file = directory.resolve("outbox.jsonl");
        Book survivor = new Book(file);
        survivor.record(Entry.Kind.MAILED, "o-1", 0, "first");
        Files.writeString(file, "{\"number\":2,\"at\":\"2026-", StandardOpenOption.APPEND);
        BookReader reader = new BookReader(file);
        assertThat(reader.next()).extracting(Entry::order).containsExactly("o-1");

        assertThat(survivor.record(Entry.Kind.MAILED, "o-2", 0, "second").repeated()).isFalse();

        assertThat(reader.next()).extracting(Entry::order).containsExactly("o-2");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void a_book_that_was_never_begun_is_empty() throws IOException {
        assertThat(BookReader.readAll(directory.resolve("none.jsonl"))).isEmpty();
    }
}
