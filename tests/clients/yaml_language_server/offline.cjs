// Loaded before the language server: whatever it wants from a network fails, and a line on stderr says so.
const refused = (what) => () => {
  process.stderr.write(`network: ${what}\n`);
  throw new Error(`there is no network here: ${what}`);
};
require('net').Socket.prototype.connect = refused('connect');
require('dns').lookup = refused('lookup');
globalThis.fetch = refused('fetch');
