import '@atlaskit/css-reset';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { chooseTransport, isInJira } from './api/transport';
import { App } from './app/App';
import { tellProven } from './features/account/provider';

tellProven();
const root = document.getElementById('root');
if (!root) throw new Error('the page has no place for the dashboard');

/** Behind the condition, so that only the build for Forge has the bridge. */
async function begin(place: HTMLElement): Promise<void> {
  if (import.meta.env.MODE === 'forge' && isInJira) {
    const { enter } = await import('./forge/bridge');
    chooseTransport(await enter(document.baseURI));
  }
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void begin(root);
