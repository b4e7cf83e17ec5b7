import type { ModelPicker } from '../models/picker.ts';
import type { Picture } from '../requests/conversation.ts';
import { button } from '../ui/button.ts';
import { element } from '../ui/element.ts';
import { icon } from '../ui/icon.ts';
import { pictureTypes, readPictures, thumbnail } from './pictures.ts';

/** Returns false if the message can't be sent. The text then stays in the field. */
type Send = (text: string, pictures: readonly Picture[]) => boolean;

/** The message field. Enter sends, Shift+Enter breaks the line. Pictures come by button, paste or drop. */
export class Composer {
  readonly root: HTMLFormElement;
  readonly prompt = element('textarea', { id: 'prompt', rows: 1, placeholder: 'Ask anything', 'aria-label': 'Prompt' });
  readonly #send: Send;
  readonly #notice = element('p', { class: 'composer-notice', role: 'status' });
  readonly #thumbnails = element('div', { class: 'thumbnails' });
  readonly #sendButton = element(
    'button',
    { type: 'submit', id: 'send', class: 'send' },
    icon('send'),
    element('span', {}, 'Send'),
  );
  readonly #stopButton: HTMLButtonElement;
  #pictures: readonly Picture[] = [];

  constructor({ picker, onSend, onStop }: { picker: ModelPicker; onSend: Send; onStop: () => void }) {
    this.#send = onSend;
    const files = element('input', {
      type: 'file',
      accept: pictureTypes.join(','),
      multiple: true,
      hidden: true,
      'aria-label': 'Pictures',
    });
    this.#stopButton = button({ label: 'Stop', icon: 'stop', class: 'stop', title: 'Stop (Escape)', onClick: onStop });
    this.root = element(
      'form',
      { class: 'composer', 'aria-label': 'Message' },
      this.#thumbnails,
      this.prompt,
      element(
        'div',
        { class: 'composer-row' },
        picker.root,
        this.#sendButton,
        this.#stopButton,
        button({ label: 'Attach pictures', icon: 'image', iconOnly: true, class: 'attach', onClick: () => files.click() }),
        element(
          'span',
          { class: 'keys' },
          element('kbd', {}, 'Enter'),
          ' sends, ',
          element('kbd', {}, 'Shift+Enter'),
          ' breaks the line',
        ),
      ),
      files,
      this.#notice,
    );
    files.addEventListener('change', () => {
      void this.attach(files.files ?? []);
      files.value = '';
    });
    this.#listen();
    this.isRunning = false;
  }

  set isRunning(isRunning: boolean) {
    this.#sendButton.hidden = isRunning;
    this.#stopButton.hidden = !isRunning;
    if (!isRunning) this.say('');
  }

  /** Shows and announces a sentence under the field. */
  say(sentence: string): void {
    this.#notice.textContent = sentence;
  }

  async attach(files: Iterable<File>): Promise<void> {
    const { pictures, refusals } = await readPictures(files);
    this.#pictures = [...this.#pictures, ...pictures];
    this.say(refusals.join(' '));
    this.#drawPictures();
  }

  #listen(): void {
    this.root.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.prompt.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.prompt.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.attach(files);
    });
  }

  #submit(): void {
    const text = this.prompt.value;
    const isEmpty = text.trim() === '' && this.#pictures.length === 0;
    if (isEmpty || !this.#send(text, this.#pictures)) return;
    this.prompt.value = '';
    this.#pictures = [];
    this.#drawPictures();
  }

  #drawPictures(): void {
    const without = (picture: Picture) => {
      this.#pictures = this.#pictures.filter((other) => other !== picture);
      this.#drawPictures();
      this.prompt.focus();
    };
    this.#thumbnails.replaceChildren(...this.#pictures.map((picture) => thumbnail(picture, () => without(picture))));
  }
}
