import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { story } from './story';
import styles from './demo.module.css';

/** Whom the demo lets one be, on the page for signing in. */
export function DemoPeople({ onChoose }: { onChoose: (email: string, password: string) => void }) {
  const { data } = useQuery(story());
  if (!data) return null;
  return (
    <section aria-labelledby="demo-people">
      <h2 id="demo-people">Or be somebody of the demo</h2>
      <ul className={styles.people}>
        {data.people.map(({ part, name, email }) => (
          <li key={email}>
            <Button shouldFitContainer onClick={() => onChoose(email, data.password)}>
              {name}
            </Button>
            <p>{part}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
