/** Accepts files dropped on `place`, and highlights it while files hover over it. */
export function takeDrops(place: HTMLElement, onFiles: (files: Iterable<File>) => void): void {
  place.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('drop-here');
  });
  place.addEventListener('dragleave', () => place.classList.remove('drop-here'));
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('drop-here');
    onFiles(event.dataTransfer?.files ?? []);
  });
}
