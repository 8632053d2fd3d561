import { AppProvider } from '@atlaskit/app-provider/app-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { FlagProvider } from '../ui/Flags';
import { DemoBar } from '../features/demo/DemoBar';
import { Link } from '../ui/Link';
import { Attendance } from './Attendance';
import { newQueryClient } from './query-client';
import { router } from './router';

const client = newQueryClient();

export function App() {
  return (
    <AppProvider defaultColorMode="auto" routerLinkComponent={Link}>
      <QueryClientProvider client={client}>
        <FlagProvider>
          <Attendance>
            <DemoBar />
            <RouterProvider router={router} />
          </Attendance>
        </FlagProvider>
      </QueryClientProvider>
    </AppProvider>
  );
}
