// SPDX-License-Identifier: Apache-2.0
package dev.perdure.wake;

import dev.perdure.Activity;
import dev.perdure.Workflow;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node can run: workflows and activities that are registered, workflows its resolver knows by name, and the
 * engine's own.
 */
public final class Repertoire {

    /** A definition with its code. */
    public sealed interface Known {
    }

    /**
     * A workflow with its code.
     *
     * @param definition name and types
     * @param body the code
     */
    public record KnownWorkflow(Workflow<?, ?> definition, Workflow.Body<?, ?> body) implements Known {
    }

    /**
     * An activity with its code.
     *
     * @param definition name, types and how it is tried
     * @param body the code
     */
    public record KnownActivity(Activity<?, ?> definition, Activity.Body<?, ?> body) implements Known {
    }

    private final Map<String, Known> registered;
    private final Map<String, Known> builtIn;
    private final Set<String> always;
    private final @Nullable Function<String, Optional<Workflow.Implemented<?, ?>>> resolver;

    /**
     * Puts all together.
     *
     * @param builtIn what every engine brings along, by name
     * @param registered by name
     * @param resolver asked for names that are not registered, or null
     */
    public Repertoire(Map<String, Known> builtIn, Map<String, Known> registered,
            @Nullable Function<String, Optional<Workflow.Implemented<?, ?>>> resolver) {
        this.builtIn = Map.copyOf(builtIn);
        this.registered = new LinkedHashMap<>(registered);
        this.always = new LinkedHashSet<>(registered.keySet());
        this.always.addAll(builtIn.keySet());
        this.resolver = resolver;
    }

    /**
     * Finds a workflow or an activity.
     *
     * @param name its name
     * @return empty if this node cannot run it
     */
    public Optional<Known> find(String name) {
        Known known = registered.getOrDefault(name, builtIn.get(name));
        if (known != null || resolver == null) {
            return Optional.ofNullable(known);
        }
        return resolver.apply(name).map(found -> new KnownWorkflow(found, found.body()));
    }

    /**
     * The names registered.
     *
     * @return without those that only the resolver knows, and without the engine's own
     */
    public Set<String> names() {
        return registered.keySet();
    }

    /**
     * The registered names, the engine's own, and those among some others that the resolver knows.
     *
     * @param others names found in the store
     * @return not to be changed
     */
    Set<String> runnable(Collection<String> others) {
        if (others.isEmpty()) {
            return always;
        }
        Set<String> names = new LinkedHashSet<>(always);
        others.stream().filter(other -> !names.contains(other) && find(other).isPresent()).forEach(names::add);
        return names;
    }

    boolean hasResolver() {
        return resolver != null;
    }
}
