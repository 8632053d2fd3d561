import { sort } from '@compiled/css';
import type { Plugin } from 'vite';

/**
 * Puts Atlaskit's atomic style rules into their order.
 *
 * They arrive concatenated by file, so that a base rule can stand behind, and win over, the media query that refines it.
 */
export function sortedCss(): Plugin {
  return {
    name: 'sorted-css',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const css = typeof file.source === 'string' ? file.source : new TextDecoder().decode(file.source);
        file.source = sort(css, { sortAtRulesEnabled: true, sortShorthandEnabled: true });
      }
    },
  };
}
