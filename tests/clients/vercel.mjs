// Vercel's `ai` with each of its providers: it runs the loop of tools by itself.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';

const steps = isStepCount ?? stepCountIs;
const models = {
  'openai (Responses)': (url, key, name) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).responses(name),
  'openai (Chat)': (url, key, name) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat(name),
  'openai-compatible': (url, key, name) => createOpenAICompatible({ name: 'assay', baseURL: `${url}/v1`, apiKey: key })(name),
  anthropic: (url, key, name) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(name),
  google: (url, key, name) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey: key })(name),
};

export const providers = Object.keys(models);

export async function vercel(provider, url, key, name, stream) {
  let called;
  const request = {
    model: models[provider](url, key, name),
    prompt: 'What is 2 + 40? Use the tool.',
    maxRetries: 0,
    stopWhen: steps(5),
    // Else it refers to items that it believes are kept at OpenAI, which no other provider knows.
    providerOptions: { openai: { store: false } },
    tools: {
      add: tool({
        description: 'Adds.',
        inputSchema: z.object({ a: z.number(), b: z.number() }),
        execute: async (input) => { called = input; return input.a + input.b; },
      }),
    },
  };
  if (!stream) return { text: (await generateText(request)).text, called };
  let failed;
  const result = streamText({ ...request, onError: ({ error }) => { failed = error; } });
  const text = await result.text;
  if (failed) throw failed;
  return { text, called };
}
