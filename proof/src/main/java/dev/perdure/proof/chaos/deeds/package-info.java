// SPDX-License-Identifier: Apache-2.0

/**
 * What runs do in a chaos campaign, and the tables in which it is seen: {@link dev.perdure.proof.chaos.deeds.Errand} by
 * themselves, {@link dev.perdure.proof.chaos.deeds.Delegation} by others, {@link
 * dev.perdure.proof.chaos.deeds.Effects} to the world; {@code chaos.sql} and {@link
 * dev.perdure.proof.chaos.deeds.Queries} look at it.
 */
@NullMarked
package dev.perdure.proof.chaos.deeds;

import org.jspecify.annotations.NullMarked;
