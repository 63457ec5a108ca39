// SPDX-License-Identifier: Apache-2.0
package dev.perdure.engine;

/** Keeps the exported package from being empty until its first type stands beside it; then delete this file. */
final class Placeholder {}
