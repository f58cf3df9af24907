import { styleText } from "node:util";
import { createLogUpdate } from "log-update";
import { elapsed } from "./elapsed.ts";

/** What a piece of work that takes a while says of itself while it runs. */
export interface Progress {
  /** What is being done right now, and how much is left: "kube-apiserver, 2 of 6". */
  update(detail: string): void;
  /** What stands behind the title once the work is done, in place of nothing: "already there". */
  result(detail: string): void;
  /** A part of this work, shown under it. Parts may run at the same time. */
  step<T>(title: string, work: (progress: Progress) => Promise<T> | T): Promise<T>;
}

/** Shows running work on a stream: as lines that change on a terminal, as lines with the time of day elsewhere. */
interface ProgressView {
  step<T>(title: string, work: (progress: Progress) => Promise<T> | T): Promise<T>;
  /** Writes something else to the terminal without disturbing the running lines. */
  around(write: () => void): void;
}

interface Task {
  title: string;
  detail: string;
  started: number;
  ended?: number;
  failed?: boolean;
  parts: Task[];
}

interface Where {
  stream: NodeJS.WriteStream;
  now: () => Date;
}

export function progressView(where: Where): ProgressView {
  return where.stream.isTTY ? liveView(where) : plainView(where);
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function liveView({ stream, now }: Where): ProgressView {
  const screen = createLogUpdate(stream);
  const running: Task[] = [];
  let tick = 0;
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    tick++;
    screen(running.flatMap((task) => lines(task, 0)).join("\n"));
  };
  const lines = (task: Task, depth: number): string[] => [
    taskLine(task, depth, stream, now().getTime(), tick),
    ...task.parts.flatMap((part) => lines(part, depth + 1)),
  ];
  const run = async <T>(
    siblings: Task[],
    title: string,
    work: (progress: Progress) => Promise<T> | T,
    top: boolean,
  ): Promise<T> => {
    const task: Task = { title, detail: "", started: now().getTime(), parts: [] };
    siblings.push(task);
    timer ??= setInterval(draw, 100).unref();
    draw();
    try {
      return await work(handle(task, (partTitle, partWork) => run(task.parts, partTitle, partWork, false)));
    } catch (error) {
      task.failed = true;
      throw error;
    } finally {
      task.ended = now().getTime();
      if (!task.failed) task.detail = results.get(task) ?? "";
      if (top) {
        running.splice(running.indexOf(task), 1);
        screen.clear();
        stream.write(`${lines(task, 0).join("\n")}\n`);
        if (running.length > 0) draw();
        else {
          clearInterval(timer);
          timer = undefined;
          screen.done();
        }
      }
    }
  };
  const results = new WeakMap<Task, string>();
  const handle = (task: Task, step: Progress["step"]): Progress => ({
    update: (detail) => {
      task.detail = detail;
    },
    result: (detail) => {
      results.set(task, detail);
    },
    step,
  });
  return {
    step: (title, work) => run(running, title, work, true),
    around: (write) => {
      screen.clear();
      write();
      if (running.length > 0) draw();
    },
  };
}

function taskLine(task: Task, depth: number, stream: NodeJS.WriteStream, now: number, tick: number): string {
  const mark = task.failed
    ? styleText("red", "✗", { stream })
    : task.ended !== undefined
      ? styleText("green", "✓", { stream })
      : styleText("cyan", frames[tick % frames.length] ?? "", { stream });
  const time = elapsed((task.ended ?? now) - task.started);
  const indent = "  ".repeat(depth);
  const room = (stream.columns ?? 80) - indent.length - task.title.length - time.length - 6;
  const detail = task.detail && room > 8 ? `: ${shortened(task.detail, room)}` : "";
  return `${indent}${mark} ${task.title}${detail} ${styleText("dim", time, { stream })}`;
}

function shortened(text: string, room: number): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** How long a piece of work stays silent in a log at least, so that a log of a long build can be read. */
const quietMs = 5_000;

function plainView({ stream, now }: Where): ProgressView {
  const say = (text: string) => stream.write(`${now().toTimeString().slice(0, 8)} ${text}\n`);
  const step: Progress["step"] = async (title, work) => {
    const started = now().getTime();
    let said = started;
    let detail = "";
    let result = "";
    say(title);
    try {
      const value = await work({
        update: (text) => {
          if (text === detail || now().getTime() - said < quietMs) return;
          detail = text;
          said = now().getTime();
          say(`${title}: ${text}`);
        },
        result: (text) => {
          result = text;
        },
        step: (part, partWork) => step(`${title}: ${part}`, partWork),
      });
      say(`${title}: ${result || "done"} (${elapsed(now().getTime() - started)})`);
      return value;
    } catch (error) {
      const end = (error as Error)?.name === "AbortError" ? "stopped" : "failed";
      say(`${title}: ${end} (${elapsed(now().getTime() - started)})`);
      throw error;
    }
  };
  return { step, around: (write) => write() };
}
