// SPDX-License-Identifier: Apache-2.0

/** A real PostgreSQL on this machine, for as long as this process lives: it can be made to crash and to come back. */
package dev.perdure.postgres.server;

