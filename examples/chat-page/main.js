import { stream } from 'sluice/client';

const baseUrl = import.meta.env.VITE_SLUICE_URL ?? 'http://127.0.0.1:8787';
const model = import.meta.env.VITE_SLUICE_MODEL ?? 'demo/openai/chat';

const form = document.querySelector('form');
const prompt = document.querySelector('#prompt');
const send = document.querySelector('#send');
const stop = document.querySelector('#stop');
const messages = [];

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (send.disabled) return;
  const content = prompt.value.trim();
  if (content === '') return;
  prompt.value = '';
  messages.push({ role: 'user', content });
  show('user', content);
  await answer();
});

/** Streams one answer. Only a complete answer becomes part of the conversation. */
async function answer() {
  const bubble = show('assistant', '');
  const running = stream({ baseUrl, body: { model, messages } });
  let isStopped = false;
  stop.onclick = () => {
    isStopped = true;
    running.close();
  };
  setRunning(true);
  try {
    for await (const event of running) {
      if (event.type === 'text-delta') bubble.append(event.text);
    }
    messages.push({ role: 'assistant', content: bubble.textContent });
  } catch (error) {
    messages.pop();
    if (!isStopped) show('error', error.message).setAttribute('role', 'alert');
  } finally {
    setRunning(false);
  }
}

function setRunning(isRunning) {
  send.disabled = isRunning;
  stop.hidden = !isRunning;
}

function show(kind, text) {
  const element = document.createElement('p');
  element.className = kind;
  element.textContent = text;
  document.querySelector('#messages').append(element);
  return element;
}
