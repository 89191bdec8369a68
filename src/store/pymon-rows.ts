/** Rows as pytest-monitor sends them. Texts and numbers are kept as they are, digit for digit; the door has checked that they can be. */

export interface PymonContext {
  readonly hash: string;
  readonly cpuCount: number;
  /** MHz; may have a fraction. */
  readonly cpuFrequency: number;
  readonly cpuType: string;
  readonly cpuVendor: string | null;
  /** MB. */
  readonly ramTotal: number;
  readonly machineNode: string;
  readonly machineType: string;
  readonly machineArch: string;
  readonly systemInfo: string;
  readonly pythonInfo: string;
}

export interface PymonSession {
  readonly id: string;
  /** An ISO text, with or without a zone. */
  readonly runDate: string;
  readonly scmId: string | null;
  /** JSON of an object. */
  readonly description: string;
}

export interface PymonMetric {
  /** Neither of the two has to be known. */
  readonly session: string;
  readonly context: string;
  readonly startTime: string;
  readonly itemPath: string;
  readonly item: string;
  readonly variant: string;
  readonly fsLoc: string;
  readonly kind: string;
  readonly component: string;
  /** Seconds. */
  readonly totalTime: number;
  readonly userTime: number;
  readonly kernelTime: number;
  /** (user + kernel) / total. */
  readonly cpuUsage: number;
  /** MiB. */
  readonly memUsage: number;
}

export interface CountedMetric extends PymonMetric {
  /** How many rows like this one its session has at least: the third of equal ones says 3. */
  readonly count: number;
}

/** `same`: it was there with the same content; `other`: with another content, or as one of ours, and is left as it is. */
export type Put = 'new' | 'same' | 'other';
