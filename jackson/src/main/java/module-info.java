// SPDX-License-Identifier: Apache-2.0

import dev.perdure.Codec;
import dev.perdure.jackson.JacksonCodec;

/** The default codec: values as JSON, by Jackson. */
module dev.perdure.jackson {
    requires transitive dev.perdure.engine;
    requires transitive tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.perdure.jackson;

    provides Codec with JacksonCodec;
}
