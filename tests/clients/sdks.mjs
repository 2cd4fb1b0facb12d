// The official libraries, each through a session with a tool: asks, runs the tool that the model calls, answers with its
// result, and gets words. Every function returns what the tool was called with and the last text.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';

const question = 'What is 2 + 40? Use the tool.';
const schema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] };
const add = ({ a, b }) => String(a + b);

export async function openAIChat(url, key, model, stream) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const tools = [{ type: 'function', function: { name: 'add', description: 'Adds.', parameters: schema } }];
  const messages = [{ role: 'user', content: question }];
  const ask = async () => {
    const body = { model, messages, tools };
    if (!stream) return (await client.chat.completions.create(body)).choices[0].message;
    return client.chat.completions.stream(body).finalMessage();
  };
  const first = await ask();
  const call = first.tool_calls[0];
  messages.push(first, { role: 'tool', tool_call_id: call.id, content: add(JSON.parse(call.function.arguments)) });
  return { called: JSON.parse(call.function.arguments), text: (await ask()).content };
}

export async function openAIResponses(url, key, model, stream) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const tools = [{ type: 'function', name: 'add', description: 'Adds.', parameters: schema, strict: false }];
  const input = [{ role: 'user', content: question }];
  const ask = async () => {
    const body = { model, input, tools, store: false };
    return stream ? client.responses.stream(body).finalResponse() : client.responses.create(body);
  };
  const first = await ask();
  const call = first.output.find((item) => item.type === 'function_call');
  input.push(...first.output, { type: 'function_call_output', call_id: call.call_id, output: add(JSON.parse(call.arguments)) });
  return { called: JSON.parse(call.arguments), text: (await ask()).output_text };
}

export async function anthropic(url, key, model, stream) {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
  const tools = [{ name: 'add', description: 'Adds.', input_schema: schema }];
  const messages = [{ role: 'user', content: question }];
  const ask = async () => {
    const body = { model, max_tokens: 500, messages, tools };
    return stream ? client.messages.stream(body).finalMessage() : client.messages.create(body);
  };
  const first = await ask();
  const call = first.content.find((block) => block.type === 'tool_use');
  messages.push(
    { role: 'assistant', content: first.content },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: add(call.input) }] });
  const last = await ask();
  return { called: call.input, text: last.content.find((block) => block.type === 'text').text };
}

export async function googleGenAI(url, key, model, stream) {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const config = { tools: [{ functionDeclarations: [{ name: 'add', description: 'Adds.', parametersJsonSchema: schema }] }] };
  const contents = [{ role: 'user', parts: [{ text: question }] }];
  const ask = async () => {
    if (!stream) return (await client.models.generateContent({ model, contents, config })).candidates[0].content.parts;
    const parts = [];
    for await (const chunk of await client.models.generateContentStream({ model, contents, config })) {
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
    }
    return parts;
  };
  const first = await ask();
  const call = first.find((part) => part.functionCall).functionCall;
  contents.push(
    { role: 'model', parts: first },
    { role: 'user', parts: [{ functionResponse: { name: call.name, id: call.id, response: { output: add(call.args) } } }] });
  const last = await ask();
  return { called: call.args, text: last.map((part) => (part.thought ? '' : part.text ?? '')).join('') };
}
