// SPDX-License-Identifier: Apache-2.0
package dev.perdure.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perdure.Codec;
import dev.perdure.CodecException;
import dev.perdure.PayloadTooLargeException;
import dev.perdure.PayloadTransform;
import dev.perdure.TypeRef;
import dev.perdure.Workflow;
import dev.perdure.engine.Engine;
import dev.perdure.engine.EngineBuilder;
import dev.perdure.engine.JournalText;
import dev.perdure.engine.RunHandle;
import dev.perdure.jackson.JacksonCodec;
import dev.perdure.store.MemoryStore;
import dev.perdure.store.RunFilter;
import dev.perdure.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;

class CodecsTest {

    private final Store store = new MemoryStore();

    record Secret(String cardNumber) {}

    private static final Workflow.Implemented<Secret, String> LAST_DIGITS = Workflow.of("digits", Secret.class,
            String.class, (ctx, secret) -> {
                ctx.signals("go", Boolean.class).receive();
                return secret.cardNumber().substring(12);
            });

    // snippet:encryption
    /** AES-GCM with one key; the bytes begin with the nonce. */
    static final class Encryption implements PayloadTransform {

        private static final int NONCE = 12;
        private final SecureRandom random = new SecureRandom();
        private final SecretKey key;

        Encryption(byte[] key) {
            this.key = new SecretKeySpec(key, "AES");
        }

        @Override
        public String id() {
            return "aes1";
        }

        @Override
        public byte[] apply(byte[] plain) {
            byte[] nonce = new byte[NONCE];
            random.nextBytes(nonce);
            byte[] secret = crypt(Cipher.ENCRYPT_MODE, nonce, plain);
            return ByteBuffer.allocate(NONCE + secret.length).put(nonce).put(secret).array();
        }

        @Override
        public byte[] revert(byte[] bytes) {
            byte[] nonce = Arrays.copyOf(bytes, NONCE);
            return crypt(Cipher.DECRYPT_MODE, nonce, Arrays.copyOfRange(bytes, NONCE, bytes.length));
        }

        private byte[] crypt(int mode, byte[] nonce, byte[] bytes) {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(mode, key, new GCMParameterSpec(128, nonce));
                return cipher.doFinal(bytes);
            } catch (GeneralSecurityException failed) {
                throw new CodecException("the payload cannot be decrypted; is the key the one it was written with?",
                        failed);
            }
        }
    }
    // end

    @Test
    void payloads_are_encrypted_in_the_store() {
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        // snippet:transform
        EngineBuilder builder = Engine.builder().store(store).workflow(LAST_DIGITS).transform(new Encryption(key));
        // end
        try (Engine engine = builder.start()) {
            engine.start(LAST_DIGITS, "card", new Secret("4111111111111111"));
            engine.signal("card", "go", true);
            assertThat(engine.handle(LAST_DIGITS, "card").result()).isEqualTo("1111");
            assertThat(JournalText.of(engine.handle("card").journal())).contains("bytes of json+aes1");
        }
    }

    @Test
    void the_wrong_key_sticks_the_run_and_the_right_one_frees_it() {
        byte[] right = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        byte[] wrong = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
        try (Engine engine = engineWithKey(right)) {
            Await.untilSuspended(engine.start(LAST_DIGITS, "card", new Secret("4111111111111111")));
        }
        try (Engine engine = engineWithKey(wrong)) {
            engine.signal("card", "go", true);
            Await.until("it is stuck", () -> engine.handle("card").describe().problem().contains("is the key the one"));
        }
        try (Engine engine = engineWithKey(right)) {
            engine.redriveAll(RunFilter.all());
            // The signal was written under the wrong key, so it sticks the run again; the start was not.
            Await.until("it has read its input",
                    () -> engine.handle("card").describe().problem().contains("a signal 'go'"));
        }
    }

    private Engine engineWithKey(byte[] key) {
        return Engine.builder().store(store).workflow(LAST_DIGITS).transform(new Encryption(key)).start();
    }

    record OldOrder(String id, String colour) {}

    record NewOrder(String id, int weight) {}

    @Test
    void a_type_may_gain_and_lose_fields() {
        // snippet:evolution
        JacksonCodec codec = new JacksonCodec();
        byte[] lastYear = codec.encode(new OldOrder("4711", "red"), TypeRef.of(OldOrder.class));
        NewOrder today = codec.decode(lastYear, TypeRef.of(NewOrder.class));
        // end
        assertThat(today).isEqualTo(new NewOrder("4711", 0));
    }

    @Test
    void the_json_may_be_ones_own() {
        Workflow.Implemented<Secret, Secret> echo = Workflow.of("echo", Secret.class, Secret.class, (ctx, in) -> in);
        // snippet:mapper
        Codec codec = new JacksonCodec(JacksonCodec.defaults()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());
        // end
        try (Engine engine = Engine.builder().store(store).workflow(echo).codec(codec).start()) {
            RunHandle<Secret> run = engine.start(echo, new Secret("4111"));
            assertThat(run.result()).isEqualTo(new Secret("4111"));
            assertThat(JournalText.of(run.journal())).contains("{\"card_number\":\"4111\"}");
        }
    }

    @Test
    void what_is_too_large_is_refused_before_it_is_written() {
        Workflow.Implemented<String, String> echo = Workflow.of("echo", String.class, String.class, (ctx, in) -> in);
        try (Engine engine = Engine.builder().store(store).workflow(echo).payloadLimit(1_000).start()) {
            assertThatThrownBy(() -> engine.start(echo, "x".repeat(2_000))).isInstanceOf(PayloadTooLargeException.class)
                    .hasMessageContaining("has 2002 bytes, the limit is 1000");
            assertThat(engine.count(RunFilter.all())).isZero();
        }
    }

    // snippet:codec
    /** Java's own serialisation: here to show the seam, not because it is a good idea. */
    static final class Serialised implements Codec {

        @Override
        public String id() {
            return "java";
        }

        @Override
        public byte[] encode(Object value, TypeRef<?> type) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(value);
            } catch (IOException failed) {
                throw new CodecException("cannot write a " + type, failed);
            }
            return bytes.toByteArray();
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T decode(byte[] bytes, TypeRef<T> type) {
            try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                return (T) type.rawClass().cast(in.readObject());
            } catch (IOException | ClassNotFoundException failed) {
                throw new CodecException("cannot read a " + type, failed);
            }
        }
    }
    // end

    @Test
    void what_an_older_codec_wrote_stays_readable() {
        Workflow.Implemented<String, String> wait = Workflow.of("wait", String.class, String.class, (ctx, in) -> {
            ctx.signals("go", Boolean.class).receive();
            return in;
        });
        try (Engine engine = Engine.builder().store(store).workflow(wait).codec(new Serialised()).start()) {
            Await.untilSuspended(engine.start(wait, "old", "written by java"));
        }
        // snippet:also-reads
        EngineBuilder builder = Engine.builder().store(store).workflow(wait).alsoReads(new Serialised());
        // end
        try (Engine engine = builder.start()) {
            engine.signal("old", "go", true);
            RunHandle<String> run = engine.handle(wait, "old");
            assertThat(run.result()).isEqualTo("written by java");
            assertThat(JournalText.of(run.journal())).contains("\"written by java\"");
        }
    }
}
