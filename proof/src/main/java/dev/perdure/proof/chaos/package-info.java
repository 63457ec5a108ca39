// SPDX-License-Identifier: Apache-2.0

/**
 * Several processes over one PostgreSQL, and everything that can befall them. {@link
 * dev.perdure.proof.chaos.ChaosCampaign} is the parent. {@link dev.perdure.proof.chaos.Node} is a process with an
 * engine, {@link dev.perdure.proof.chaos.Place} the parent's side of it, {@link dev.perdure.proof.chaos.Wire} its only
 * way to the database. {@link dev.perdure.proof.chaos.Faults} decides what befalls whom, {@link
 * dev.perdure.proof.chaos.Customers} and {@link dev.perdure.proof.chaos.Delegates} start runs and know how they must
 * end, and {@link dev.perdure.proof.chaos.Watch}
 * and {@link dev.perdure.proof.chaos.Judge} look at the database itself: they know its tables, and nothing of the
 * engine.
 */
@NullMarked
package dev.perdure.proof.chaos;

import org.jspecify.annotations.NullMarked;
