import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { gzipped } from './build/gzipped.mts';
import { rooted } from './build/rooted.mts';
import { sortedCss } from './build/sorted-css.mts';

export default defineConfig({
  // Relative, so that the same build also works below another path; the server says where with <base href>.
  base: './',
  plugins: [rooted(), sortedCss(), gzipped()],
  resolve: {
    alias: [
      {
        find: /^@atlaskit\/feature-gate-js-client(\/.*)?$/,
        replacement: fileURLToPath(new URL('./build/feature-gates.ts', import.meta.url)),
      },
    ],
  },
  build: {
    target: 'es2022',
    // One style sheet: rules must be sorted across all of them.
    cssCodeSplit: false,
    // For `npm run budget`, and nobody else: it is not embedded.
    manifest: true,
    chunkSizeWarningLimit: 1_000,
    // What is inlined as data: needs a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog(level, log, report) {
        // `"use client"` means something only where React runs on a server.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  server: {
    proxy: { '/api': { target: process.env.LIFEBOAT_SERVER ?? 'http://127.0.0.1:8787', changeOrigin: false } },
  },
});
