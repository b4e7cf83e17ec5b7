import { element } from '../ui/element.ts';
import { type Fault, faultGroups } from './faults.ts';

interface FaultList {
  readonly root: HTMLElement;
  /** Marks the running fault. */
  mark(fault: Fault | undefined): void;
  set disabled(value: boolean);
}

/** Buttons for the faults, by group. */
export function faultList(onChoose: (fault: Fault) => void): FaultList {
  const buttons = new Map<Fault, HTMLButtonElement>();
  const mark = (fault: Fault | undefined) => {
    for (const [other, made] of buttons) made.setAttribute('aria-pressed', String(other === fault));
  };
  const faultButton = (fault: Fault) => {
    const made = element(
      'button',
      { type: 'button', class: 'fault', 'aria-pressed': 'false', 'data-model': fault.model, title: fault.expect },
      element('b', {}, fault.label),
      element('span', {}, fault.does),
    );
    made.addEventListener('click', () => {
      mark(fault);
      onChoose(fault);
    });
    buttons.set(fault, made);
    return made;
  };
  const groups = faultGroups.map(({ title, about, faults }) =>
    element(
      'section',
      { 'aria-label': title },
      element('h3', {}, title),
      element('p', { class: 'hint' }, about),
      ...faults.map(faultButton),
    ),
  );
  return {
    root: element('div', { class: 'fault-groups' }, ...groups),
    mark,
    set disabled(value: boolean) {
      for (const made of buttons.values()) made.disabled = value;
    },
  };
}
