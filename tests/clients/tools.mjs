// The command line agents, each told to make a file: the simulated model calls their own shell tool.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', '.bin');
const patienceMs = 120_000;

function run(command, args, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, command), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (text) => { out += text; });
    child.stderr.on('data', (text) => { out += text; });
    const limit = setTimeout(() => { child.kill('SIGKILL'); reject(new Error(`${command} took too long:\n${out.slice(-2000)}`)); }, patienceMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ended with ${code}:\n${out.slice(-3000)}`));
    });
  });
}

function made(work) {
  const file = join(work, 'made.txt');
  if (!existsSync(file)) throw new Error('the tool was not run: made.txt is not there');
  return readFileSync(file, 'utf8').trim();
}

export async function codex(url, key, model, directory) {
  const [home, work] = [join(directory, 'home'), join(directory, 'work')];
  mkdirSync(home, { recursive: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(home, 'config.toml'), `
model = "${model}"
model_provider = "assay"
[model_providers.assay]
name = "Assay"
base_url = "${url}/v1"
env_key = "ASSAY_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[analytics]
enabled = false
`);
  const last = join(work, 'last.txt');
  await run(
    'codex',
    ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-o', last, 'Make made.txt.'],
    work,
    { PATH: process.env.PATH, HOME: directory, CODEX_HOME: home, ASSAY_KEY: key });
  return { called: made(work), text: readFileSync(last, 'utf8').trim() };
}

export async function geminiCli(url, key, model, directory) {
  const [home, work] = [join(directory, 'home'), join(directory, 'work')];
  mkdirSync(join(home, '.gemini'), { recursive: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify({
    security: { auth: { selectedType: 'gemini-api-key' } },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    general: { disableAutoUpdate: true, enableAutoUpdate: false },
  }));
  const out = await run(
    'gemini',
    ['--yolo', '--skip-trust', '--model', model, '--prompt', 'Make made.txt.', '--output-format', 'json'],
    work,
    {
      PATH: process.env.PATH, HOME: home, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true', NO_COLOR: '1',
    });
  const json = JSON.parse(out.slice(out.indexOf('{\n'), out.lastIndexOf('}') + 1));
  return { called: made(work), text: json.response };
}
