import type { Drill } from "../../api/drill.ts";
import { isTrue } from "../../kube/conditions.ts";
import { keyOf } from "../../kube/watch.ts";

/** How the last drill of each hosted cluster went, for `/metrics`. */
export interface DrillFigures {
  remember(drill: Drill): void;
  /** By the Drill's key. */
  forget(key: string): void;
  /** Lines in Prometheus' text format. */
  text(): string;
}

interface Figure {
  labels: string;
  at: number;
  succeeded: boolean;
  rto?: number;
  rpo?: number;
}

/** Nothing remembered yet. */
export function createDrillFigures(): DrillFigures {
  const figures = new Map<string, Figure>();
  return {
    remember(drill) {
      const { metadata, spec, status } = drill;
      if (!status?.completedAt) return void figures.delete(keyOf(drill));
      figures.set(keyOf(drill), {
        labels: `namespace="${metadata?.namespace}",cluster="${spec.clusterName}"`,
        at: Date.parse(status.completedAt),
        succeeded: isTrue(status.conditions, "Succeeded"),
        rto: status.rtoSeconds,
        rpo: status.rpoSeconds,
      });
    },
    forget: (key) => void figures.delete(key),
    text() {
      const last = new Map<string, Figure>();
      for (const figure of figures.values()) {
        const known = last.get(figure.labels);
        if (!known || known.at < figure.at) last.set(figure.labels, figure);
      }
      const gauge = (name: string, help: string, read: (figure: Figure) => number | undefined) => [
        `# HELP roost_drill_${name} ${help}`,
        `# TYPE roost_drill_${name} gauge`,
        ...[...last.values()].flatMap((figure) => {
          const value = read(figure);
          return value === undefined ? [] : [`roost_drill_${name}{${figure.labels}} ${value}`];
        }),
      ];
      return [
        ...gauge("last_timestamp_seconds", "When the last drill of a hosted cluster was over.", ({ at }) => at / 1000),
        ...gauge("succeeded", "Whether the last drill has proved a backup.", ({ succeeded }) => (succeeded ? 1 : 0)),
        ...gauge("rto_seconds", "How long it took until every check had passed.", ({ rto }) => rto),
        ...gauge("rpo_seconds", "How old the backup was when it began.", ({ rpo }) => rpo),
      ].join("\n");
    },
  };
}
