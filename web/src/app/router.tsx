import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { isInJira } from '../api/transport';
import { filterOf } from '../features/audit/filters';
import { NotFound } from './NotFound';
import { Root } from './Root';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- how the router is told to go elsewhere
    throw redirect({ to: '/connections', search: { tab: 'pull' }, replace: true });
  },
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('../features/account/Join'), 'Join'),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  validateSearch: ({ tab }): { tab: 'pull' | 'push' } => ({ tab: tab === 'push' ? 'push' : 'pull' }),
  component: lazyRouteComponent(() => import('../features/connections/ConnectionsPage'), 'ConnectionsPage'),
});
const connection = createRoute({
  getParentRoute: () => root,
  path: '/connections/$connection',
  component: lazyRouteComponent(() => import('../features/connections/ConnectionPage'), 'ConnectionPage'),
});
const recover = createRoute({
  getParentRoute: () => root,
  path: '/connections/$connection/recover',
  component: lazyRouteComponent(() => import('../features/recover/RecoverPage'), 'RecoverPage'),
});

const sites = createRoute({
  getParentRoute: () => root,
  path: '/sites',
  component: lazyRouteComponent(() => import('../features/sites/SitesPage'), 'SitesPage'),
});
const site = createRoute({
  getParentRoute: () => root,
  path: '/sites/$site',
  component: lazyRouteComponent(() => import('../features/sites/SitePage'), 'SitePage'),
});

const points = createRoute({
  getParentRoute: () => root,
  path: '/points',
  validateSearch: ({ site }): { site?: string } => (typeof site === 'string' ? { site } : {}),
  component: lazyRouteComponent(() => import('../features/points/PointsPage'), 'PointsPage'),
});
const point = createRoute({
  getParentRoute: () => root,
  path: '/points/$site/$point',
  validateSearch: ({ from, kind, key }): { from?: number; kind?: string; key?: string } => ({
    ...(typeof from === 'number' && { from }),
    ...(typeof kind === 'string' && { kind }),
    // An id of digits alone is read as a number.
    ...((typeof key === 'string' || typeof key === 'number') && { key: String(key) }),
  }),
  component: lazyRouteComponent(() => import('../features/points/PointPage'), 'PointPage'),
});

const recoveries = createRoute({
  getParentRoute: () => root,
  path: '/recoveries',
  component: lazyRouteComponent(() => import('../features/recoveries/RecoveriesPage'), 'RecoveriesPage'),
});
const recovery = createRoute({
  getParentRoute: () => root,
  path: '/recoveries/$recovery',
  component: lazyRouteComponent(() => import('../features/recoveries/RecoveryPage'), 'RecoveryPage'),
});

const verification = createRoute({
  getParentRoute: () => root,
  path: '/verification',
  component: lazyRouteComponent(() => import('../features/verification/VerificationPage'), 'VerificationPage'),
});
const request = createRoute({
  getParentRoute: () => root,
  path: '/verification/$connection',
  component: lazyRouteComponent(() => import('../features/verification/RequestPage'), 'RequestPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: filterOf,
  component: lazyRouteComponent(() => import('../features/audit/AuditPage'), 'AuditPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});
const settingsPart = createRoute({
  getParentRoute: () => root,
  path: '/settings/$part',
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});

const routeTree = root.addChildren([
  home,
  join,
  connections,
  connection,
  recover,
  sites,
  site,
  points,
  point,
  recoveries,
  recovery,
  verification,
  request,
  audit,
  settings,
  settingsPart,
]);

export const router = createRouter({
  routeTree,
  // In Jira the address is Jira's: the frame's own page stands behind `#`.
  ...(isInJira ? { history: createHashHistory() } : { basepath: new URL('.', document.baseURI).pathname }),
  // A page begins at its heading, which takes the focus.
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
