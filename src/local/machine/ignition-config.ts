/** A file that Ignition writes. */
export interface ConfigFile {
  path: string;
  text: string;
  /** 0644 where absent. */
  mode?: number;
}

/** A systemd unit that Ignition writes; it is started at boot unless `enabled` is false. */
export interface ConfigUnit {
  name: string;
  /** Absent where the unit is part of the image. */
  text?: string;
  enabled?: boolean;
  /** Drop-ins by file name. */
  dropins?: Record<string, string>;
}

export interface MachineConfig {
  files: ConfigFile[];
  units: ConfigUnit[];
}

/** The Ignition configuration (JSON text) of a machine with these files and units. */
export function ignitionConfig({ files, units }: MachineConfig): string {
  return JSON.stringify(
    {
      ignition: { version: "3.3.0" },
      storage: {
        files: files.map(({ path, text, mode = 0o644 }) => ({
          path,
          mode,
          overwrite: true,
          contents: { source: `data:;base64,${Buffer.from(text).toString("base64")}` },
        })),
      },
      systemd: {
        units: units.map(({ name, text, enabled = true, dropins = {} }) => ({
          name,
          enabled,
          contents: text,
          dropins: Object.entries(dropins).map(([file, contents]) => ({ name: file, contents })),
        })),
      },
    },
    undefined,
    1,
  );
}
