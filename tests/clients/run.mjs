// The tools' own clients and libraries, at fixed versions, through a session with a tool: against their own format and
// against translated ones. Run it with `./test --clients`.
import { join } from 'node:path';
import { Gateway } from './gateway.mjs';
import * as sdks from './sdks.mjs';
import { codex, geminiCli } from './tools.mjs';
import { providers, vercel } from './vercel.mjs';

const word = process.argv[2] ?? '';
const targets = ['openai', 'house', 'claude', 'gemini'];
const scenarios = [];
for (const target of targets) {
  for (const [name, ask] of Object.entries(sdks)) {
    for (const stream of [false, true]) {
      scenarios.push({
        name: `${name} on ${target}${stream ? ', streamed' : ''}`,
        run: (url, key) => ask(url, key, `add-on-${target}`, stream),
        check: ({ called }) => called.a === 2 && called.b === 40,
      });
    }
  }

  for (const provider of providers) {
    for (const stream of [false, true]) {
      scenarios.push({
        name: `ai with ${provider} on ${target}${stream ? ', streamed' : ''}`,
        run: (url, key) => vercel(provider, url, key, `add-on-${target}`, stream),
        check: ({ called }) => called?.a === 2 && called?.b === 40,
      });
    }
  }

  scenarios.push({
    name: `Codex CLI on ${target}`,
    run: (url, key, directory) => codex(url, key, `codex-on-${target}`, directory),
    check: ({ called }) => called === 'codex was here',
  });
  scenarios.push({
    name: `Gemini CLI on ${target}`,
    run: (url, key, directory) => geminiCli(url, key, `geminicli-on-${target}`, directory),
    check: ({ called }) => called === 'gemini was here',
  });
}

const gateway = await Gateway.start();
let [passed, failed] = [0, 0];
try {
  for (const [index, scenario] of scenarios.entries()) {
    if (!scenario.name.toLowerCase().includes(word.toLowerCase())) continue;
    const began = performance.now();
    let fault = '';
    try {
      const { id, secret } = await gateway.key(`scenario-${index}`);
      const result = await scenario.run(gateway.url, secret, join(gateway.directory, `scenario-${index}`));
      if (!scenario.check(result)) fault = `the tool was called with ${JSON.stringify(result.called)}`;
      else if (!result.text) fault = 'the session ended without words';
      else {
        // Two turns at least: the call of the tool, and the words after its result. All of them exactly metered.
        const calls = await gateway.calls(id, 2);
        if (calls.length < 2) fault = `the ledger has ${calls.length} calls`;
        else if (calls.some((call) => call.marks?.includes?.('estimated'))) fault = 'a call was only estimated';
      }
    } catch (error) {
      fault = error?.stack ?? String(error);
    }

    if (fault) failed++; else passed++;
    console.log(`${fault ? 'failed' : 'passed'} ${scenario.name} (${Math.round(performance.now() - began)} ms)${fault ? `\n  ${fault}` : ''}`);
  }
} finally {
  gateway.stop();
}

console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
