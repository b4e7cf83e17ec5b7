const name = 'sluice-theme';
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** A button that switches between the system's theme, light and dark. The choice is stored in this browser. */
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

/** If the browser blocks storage, the choice lasts until the page closes. */
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
    // The page still uses the theme.
  }
}
