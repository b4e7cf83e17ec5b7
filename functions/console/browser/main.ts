import type { DialectName } from '../../../lib/client/index.ts';
import { copyAs } from './copy-as.ts';
import { byId, element } from './element.ts';
import { misbehavingModel, misbehaviours } from './misbehaviours.ts';
import { listModels } from './models.ts';
import { Panel } from './panel.ts';
import { requests, type Wanted } from './requests.ts';

const form = byId('ask', HTMLFormElement);
const key = byId('key', HTMLInputElement);
const prompt = byId('prompt', HTMLTextAreaElement);
const system = byId('system', HTMLInputElement);
const maxTokens = byId('max-tokens', HTMLInputElement);
const dialect = byId('dialect', HTMLSelectElement);
const withTool = byId('with-tool', HTMLInputElement);
const compare = byId('compare', HTMLInputElement);
const stop = byId('stop', HTMLButtonElement);
const notice = byId('notice', HTMLElement);
const places = byId('panels', HTMLElement);
const code = byId('code', HTMLDialogElement);
const codeText = byId('code-text', HTMLElement);

const panels = [new Panel(1, 'demo/openai/chat'), new Panel(2, 'demo/anthropic/chat')] as const;
const [first, second] = panels;
const used = () => (compare.checked ? panels : [first]);

const chosenDialect = () => dialect.value as DialectName;

function wanted(model: string): Wanted {
  return {
    model,
    prompt: prompt.value,
    system: system.value,
    maxTokens: Number(maxTokens.value),
    withTool: withTool.checked && requests[chosenDialect()].tools,
  };
}

/** Asks every panel in use the same; each ends by itself. */
function ask(): void {
  if (!form.reportValidity()) return;
  const name = chosenDialect();
  for (const panel of used()) {
    const body = requests[name].body(wanted(panel.model.value.trim()));
    panel.run({ dialect: name, body, apiKey: key.value }).finally(showRunning);
  }
  showRunning();
}

function showRunning(): void {
  stop.disabled = !panels.some((panel) => panel.isRunning);
}

function stopAll(): void {
  for (const panel of panels) panel.stop();
  showRunning();
}

function showPanels(): void {
  places.replaceChildren(...used().map((panel) => panel.root));
  places.classList.toggle('two', compare.checked);
  if (!compare.checked) second.stop();
}

async function showModels(): Promise<void> {
  try {
    const names = await listModels(key.value);
    byId('models', HTMLDataListElement).replaceChildren(...names.map((name) => element('option', { value: name })));
    if (!names.includes(first.model.value) && names[0]) first.model.value = names[0];
    if (!names.includes(second.model.value) && names[0]) second.model.value = names[1] ?? names[0];
    notice.textContent = '';
    showMisbehaviours(names.some((name) => name.startsWith('demo/')));
  } catch (thrown) {
    notice.textContent = thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Where the embedded providers are: a deployed gateway has none. */
function showMisbehaviours(embedded: boolean): void {
  byId('misbehave', HTMLElement).hidden = !embedded;
}

for (const [name, { label }] of Object.entries(requests)) dialect.append(element('option', { value: name }, label));

for (const { label, model, shows } of misbehaviours) {
  const button = element('button', { type: 'button', title: shows, 'data-model': model }, label);
  button.addEventListener('click', () => {
    for (const panel of used()) panel.model.value = misbehavingModel(panel.model.value, model);
    notice.textContent = shows;
    ask();
  });
  byId('misbehaviours', HTMLElement).append(button);
}

for (const [name, write] of Object.entries(copyAs)) {
  const button = element('button', { type: 'button' }, name);
  button.addEventListener('click', () => {
    codeText.textContent = write(wanted(first.model.value.trim()), location.origin);
    byId('code-title', HTMLElement).textContent = name;
    code.showModal();
  });
  byId('copy-as', HTMLElement).append(button);
}

byId('copy', HTMLButtonElement).addEventListener('click', async (event) => {
  await navigator.clipboard.writeText(codeText.textContent ?? '');
  (event.target as HTMLButtonElement).textContent = 'Copied';
});
code.addEventListener('close', () => {
  byId('copy', HTMLButtonElement).textContent = 'Copy';
});
byId('close', HTMLButtonElement).addEventListener('click', () => code.close());

form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
stop.addEventListener('click', stopAll);
compare.addEventListener('change', showPanels);
dialect.addEventListener('change', () => {
  withTool.disabled = !requests[chosenDialect()].tools;
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !code.open) stopAll();
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) ask();
});

// For this tab alone, and never where a link could carry it away.
key.value = sessionStorage.getItem('sluice-key') ?? '';
key.addEventListener('change', () => {
  sessionStorage.setItem('sluice-key', key.value);
  void showModels();
});

showPanels();
showRunning();
void showModels();
