'use client';

import { useChat } from '@ai-sdk/react';
import { type FormEvent, useState } from 'react';

export default function Page() {
  const [prompt, setPrompt] = useState('');
  const { messages, sendMessage, status, stop, error } = useChat();
  const isRunning = status === 'submitted' || status === 'streaming';

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isRunning || prompt.trim() === '') return;
    sendMessage({ text: prompt });
    setPrompt('');
  }

  return (
    <main>
      <h1>Chat</h1>
      {messages.map(({ id, role, parts }) => (
        <p key={id}>
          <b>{role === 'user' ? 'You' : 'Assistant'}: </b>
          {parts.map((part) => (part.type === 'text' ? part.text : '')).join('')}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form onSubmit={submit}>
        <input aria-label="Message" value={prompt} onChange={(event) => setPrompt(event.target.value)} />
        {isRunning ? (
          <button key="stop" type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button key="send" type="submit">
            Send
          </button>
        )}
      </form>
    </main>
  );
}
