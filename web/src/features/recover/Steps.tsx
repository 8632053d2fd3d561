import { ProgressTracker } from '@atlaskit/progress-tracker';
import styles from './recover.module.css';

const STEPS = ['choose', 'verify', 'start', 'run'] as const;

export type Step = (typeof STEPS)[number];

const LABELS: Record<Step, string> = {
  choose: 'Choose what',
  verify: 'Have it verified',
  start: 'Start',
  run: 'Recover',
};

export function Steps({ at }: { at: Step }) {
  const current = STEPS.indexOf(at);
  return (
    <div className={styles.steps}>
      <ProgressTracker
        label="Steps of a recovery"
        animated={false}
        items={STEPS.map((step, index) => ({
          id: step,
          label: LABELS[step],
          percentageComplete: index < current ? 100 : 0,
          status: index < current ? 'visited' : index === current ? 'current' : 'unvisited',
          noLink: true,
        }))}
      />
    </div>
  );
}
