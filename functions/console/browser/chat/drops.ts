/** Takes files that are dropped anywhere on a place, and marks it while they hover over it. */
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
