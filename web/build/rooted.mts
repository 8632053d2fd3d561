import type { Plugin } from 'vite';

/** Says where the development server's pages are, as Lifeboat does for the built ones. */
export function rooted(): Plugin {
  return {
    name: 'rooted',
    apply: 'serve',
    transformIndexHtml: () => [{ tag: 'base', attrs: { href: '/' }, injectTo: 'head-prepend' }],
  };
}
