// SPDX-License-Identifier: Apache-2.0
package dev.perdure.schedule;

import dev.perdure.Payload;
import dev.perdure.Schedule;

/**
 * What users say of a schedule.
 *
 * @param schedule when runs are started, and how
 * @param workflow the name of the workflow they are of
 * @param input the input of each
 */
public record Plan(Schedule schedule, String workflow, Payload input) {
}
