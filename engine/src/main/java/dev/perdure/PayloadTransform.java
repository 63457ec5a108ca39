// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

/** Makes bytes of bytes after the codec has written them and before it reads them: encryption, compression. */
public interface PayloadTransform {

    /**
     * The stable name stored with every payload that passed through here.
     *
     * @return letters and digits, for example {@code gzip}
     */
    String id();

    /**
     * The way out, to the store.
     *
     * @param bytes what the codec, or the transform before this one, wrote
     * @return new bytes
     */
    byte[] apply(byte[] bytes);

    /**
     * The way back.
     *
     * @param bytes what {@link #apply} returned
     * @return the bytes as they were
     * @throws CodecException if they cannot be restored (a missing key, say)
     */
    byte[] revert(byte[] bytes);
}
