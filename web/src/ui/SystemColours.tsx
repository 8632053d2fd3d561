import { useSetColorMode } from '@atlaskit/app-provider/use-set-color-mode';
import { useEffect } from 'react';

/** In what hangs at the end of the body (dialogs, menus, flags): Atlaskit keeps the colours with which it was opened. */
export function SystemColours() {
  const setColorMode = useSetColorMode();
  useEffect(() => setColorMode('auto'), [setColorMode]);
  return null;
}
