// Starts the simulated providers and an Assay in front of them, and talks to its admin API.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const assay = join(root, 'artifacts', 'bin', 'Assay', 'release', 'assay.dll');
const adminKey = 'admin-key-of-the-client-tests-1';

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

// A provider that calls one tool with given arguments until it has seen its result, then answers in words.
const calling = (tool, args, turns = 1) => ({ 'x-sim': JSON.stringify({ tool, arguments: JSON.stringify(args), turns, tokens: 12 }) });

export class Gateway {
  static async start() {
    const self = new Gateway();
    self.directory = mkdtempSync(join(tmpdir(), 'assay-clients-'));
    const [openAI, anthropic, gemini, port] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    self.url = `http://127.0.0.1:${port}`;
    const simOf = { openai: openAI, anthropic, gemini };
    const provider = (format, headers, more = {}) => ({
      format, baseUrl: `http://127.0.0.1:${simOf[format]}`, apiKey: 'sk-company', headers, ...more,
    });
    // Each scenario has its own providers: the same simulator, told which tool to call.
    const tools = {
      add: calling('add', { a: 2, b: 40 }),
      codex: calling('exec_command', { cmd: 'echo codex was here > made.txt' }),
      geminicli: calling('run_shell_command', { command: 'echo gemini was here > made.txt' }),
    };
    const providers = {};
    const models = {};
    for (const [name, headers] of Object.entries(tools)) {
      providers[`${name}-openai`] = provider('openai', headers);
      providers[`${name}-house`] = provider('openai', headers, { inHouse: true });
      providers[`${name}-anthropic`] = provider('anthropic', headers);
      providers[`${name}-gemini`] = provider('gemini', headers);
      models[`${name}-on-openai`] = { targets: [`${name}-openai/gpt-5.5`] };
      models[`${name}-on-house`] = { targets: [`${name}-house/qwen3-coder`] };
      models[`${name}-on-claude`] = { targets: [`${name}-anthropic/claude-sonnet-5`] };
      models[`${name}-on-gemini`] = { targets: [`${name}-gemini/gemini-2.5-flash`] };
    }
    // What the command line tools ask for beside the conversation itself (titles, routing) goes to a plain model.
    models['gemini-*'] = { targets: ['geminicli-gemini'] };
    models['gpt-*'] = { targets: ['codex-openai'] };
    const config = join(self.directory, 'assay.json');
    writeFileSync(config, JSON.stringify({ urls: self.url, data: join(self.directory, 'data'), providers, models }));
    self.processes = [
      self.#run(['sim', '--openai-port', openAI, '--anthropic-port', anthropic, '--gemini-port', gemini, '--delay', '0ms']),
      self.#run(['serve', '--config', config]),
    ];
    await self.#ready();
    await self.#post('/api/v1/teams', { id: 'platform', parent: 'org' });
    await self.#post('/api/v1/people', { email: 'ada@example.com', name: 'Ada', team: 'platform', role: 'employee' });
    return self;
  }

  /** A key of its own for each scenario, so that its calls can be told apart in the ledger. */
  async key(name) {
    return this.#post('/api/v1/keys', { owner: 'ada@example.com', name, useCase: 'coding' });
  }

  /** The settled calls of a key. */
  async calls(keyId, least) {
    for (let i = 0; i < 100; i++) {
      const answer = await fetch(`${this.url}/api/v1/requests?limit=500`, { headers: { authorization: `Bearer ${adminKey}` } });
      const rows = (await answer.json()).requests;
      const own = rows.filter((row) => row.key === keyId);
      if (own.length >= least) return own;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return [];
  }

  stop() {
    for (const each of this.processes) each.kill('SIGTERM');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #run(args) {
    const child = spawn('dotnet', [assay, ...args.map(String)], {
      cwd: this.directory, env: { ...process.env, ASSAY_ADMIN_KEY: adminKey }, stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (text) => process.stderr.write(text));
    return child;
  }

  async #ready() {
    for (let i = 0; i < 300; i++) {
      try {
        if ((await fetch(`${this.url}/health/ready`)).ok) return;
      } catch { /* not listening yet */ }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('Assay did not start.');
  }

  async #post(path, body) {
    const answer = await fetch(this.url + path, {
      method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
