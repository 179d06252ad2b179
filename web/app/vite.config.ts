import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the Firebase configuration: the Hosting emulator of a running `npm start`. */
const HOSTING_EMULATOR = process.env['FIRESIGNAL_HOSTING'] ?? 'http://127.0.0.1:5000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/__/firebase': HOSTING_EMULATOR } },
  build: {
    outDir: 'dist',
    // The Firebase SDK alone is larger than the default limit for a warning.
    chunkSizeWarningLimit: 1_200,
  },
});
