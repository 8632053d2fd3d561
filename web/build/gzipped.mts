import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXTS = /\.(js|css|svg)$/;

/** Puts a compressed form beside each text that becomes smaller by it: the server gives it to whoever takes it. */
export function gzipped(): Plugin {
  return {
    name: 'gzipped',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (!TEXTS.test(file.fileName)) continue;
          const whole = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          const source = gzipSync(whole, { level: 9 });
          if (source.length < whole.length) this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source });
        }
      },
    },
  };
}
