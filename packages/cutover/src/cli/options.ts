/** Options that every command about a stage takes. */
export interface StageOptions {
  readonly stage?: string;
  readonly host?: readonly string[];
  readonly role?: readonly string[];
  readonly label?: readonly string[];
  readonly config?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly verbose?: boolean;
  /** False after `--no-color`. */
  readonly color?: boolean;
}
