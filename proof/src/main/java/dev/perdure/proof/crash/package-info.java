// SPDX-License-Identifier: Apache-2.0

/**
 * Kills the engine's process anywhere. {@link dev.perdure.proof.crash.CrashCampaign} is the parent: it decides where,
 * kills, and judges. {@link dev.perdure.proof.crash.Child} is the process: in it {@link
 * dev.perdure.proof.world.OneThread} moves one thread at a time, so that store call n is the same call in every life,
 * {@link dev.perdure.proof.crash.NumberedStore} numbers the calls, and {@link dev.perdure.proof.crash.Program} is what
 * the runs do.
 */
@NullMarked
package dev.perdure.proof.crash;

import org.jspecify.annotations.NullMarked;
