/** The source of a script that removes a list of `rows` rows and draws it again each second. Each row is three elements. */
export function redrawing(rows: number): string {
  // A text, because the transpiler of the proofs adds calls to functions that a page lacks.
  return `(() => {
    let turn = 0;
    let shown;
    setInterval(() => {
      turn += 1;
      const list = document.createElement('ul');
      list.hidden = true;
      for (let row = 0; row < ${rows}; row += 1) {
        const item = document.createElement('li');
        for (const text of ['row ' + row, 'turn ' + turn]) {
          const part = document.createElement('span');
          part.textContent = text;
          item.append(part);
        }
        list.append(item);
      }
      shown?.remove();
      document.body?.append(list);
      shown = list;
    }, 1000);
  })()`;
}
