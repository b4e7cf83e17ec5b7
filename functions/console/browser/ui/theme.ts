const name = 'sluice-theme';
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** A button that goes from the system's theme to light, to dark, and back. The choice is kept in this browser. */
export function followTheme(button: HTMLButtonElement): void {
  let theme = themes.find((other) => other === read()) ?? 'system';
  const show = () => {
    const { dataset } = document.documentElement;
    if (theme === 'system') delete dataset.theme;
    else dataset.theme = theme;
    button.setAttribute('aria-label', `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
    save(theme);
    show();
  });
  show();
}

/** A browser may forbid storage; then the choice lasts as long as the page. */
function read(): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function save(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(name);
    else localStorage.setItem(name, theme);
  } catch {
    // The page shows it all the same.
  }
}
