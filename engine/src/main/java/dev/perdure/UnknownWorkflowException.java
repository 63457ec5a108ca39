// SPDX-License-Identifier: Apache-2.0
package dev.perdure;

import java.util.Collection;

/** A workflow was started on an engine that has no implementation of it. Thrown before anything is written. */
public final class UnknownWorkflowException extends PerdureException {

    private static final long serialVersionUID = 1L;

    private final String workflow;

    /**
     * Reports the name.
     *
     * @param workflow the name asked for
     * @param known the names this engine knows
     */
    public UnknownWorkflowException(String workflow, Collection<String> known) {
        super("unknown_workflow", "this engine has no workflow named '" + workflow + "'; it knows " + known
                + ". Register it with Engine.builder().workflow(…), or start it through Client.connect(store) "
                + "if another engine runs it", null);
        this.workflow = workflow;
    }

    /**
     * The name asked for.
     *
     * @return the workflow's name
     */
    public String workflow() {
        return workflow;
    }
}
