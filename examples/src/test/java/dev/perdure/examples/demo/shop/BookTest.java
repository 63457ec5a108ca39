// SPDX-License-Identifier: Apache-2.0
package dev.perdure.examples.demo.shop;

import static org.assertj.core.api.Assertions.assertThat;

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
        try (Book book = Book.open(directory.resolve("ledger.jsonl"))) {
            Book.Recorded first = book.record(Entry.Kind.CHARGED, "o-1", 100, "key");
            Book.Recorded second = book.record(Entry.Kind.CHARGED, "o-1", 100, "key");

            assertThat(first.repeated()).isFalse();
            assertThat(second).isEqualTo(new Book.Recorded(first.entry(), true));
        }
        assertThat(BookReader.readAll(directory.resolve("ledger.jsonl"))).hasSize(1);
    }

    @Test
    void keys_are_still_known_when_the_book_is_opened_again() throws IOException {
        Path file = directory.resolve("ledger.jsonl");
        try (Book book = Book.open(file)) {
            book.record(Entry.Kind.CHARGED, "o-1", 100, "key");
        }
        try (Book book = Book.open(file)) {
            assertThat(book.record(Entry.Kind.CHARGED, "o-1", 100, "key").repeated()).isTrue();
            assertThat(book.record(Entry.Kind.CHARGED, "o-2", 100, "other").entry().number()).isEqualTo(2);
        }
    }

    @Test
    void a_forgetful_book_enters_every_request() throws IOException {
        Path file = directory.resolve("ledger.jsonl");
        try (Book book = Book.open(file, true)) {
            book.record(Entry.Kind.CHARGED, "o-1", 100, "key");
            assertThat(book.record(Entry.Kind.CHARGED, "o-1", 100, "key").entry().number()).isEqualTo(2);
        }
        assertThat(BookReader.readAll(file)).hasSize(2);
    }

    @Test
    void a_line_cut_off_by_a_kill_never_happened() throws IOException {
        Path file = directory.resolve("outbox.jsonl");
        try (Book book = Book.open(file)) {
            book.record(Entry.Kind.MAILED, "o-1", 0, "first");
        }
        Files.writeString(file, "{\"number\":2,\"at\":\"2026-", StandardOpenOption.APPEND);
        BookReader reader = new BookReader(file);
        assertThat(reader.next()).extracting(Entry::order).containsExactly("o-1");

        try (Book book = Book.open(file)) {
            assertThat(book.record(Entry.Kind.MAILED, "o-2", 0, "second").repeated()).isFalse();
        }

        assertThat(reader.next()).extracting(Entry::order).containsExactly("o-2");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void a_book_that_was_never_begun_is_empty() throws IOException {
        assertThat(BookReader.readAll(directory.resolve("none.jsonl"))).isEmpty();
    }
}
