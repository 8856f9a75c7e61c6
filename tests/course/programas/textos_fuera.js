() =>
  [...document.querySelectorAll("svg g.node")].flatMap((node) => {
    const outline = node.querySelector("path");
    if (!outline) return [];
    const box = outline.getBoundingClientRect();
    return [...node.querySelectorAll("text")]
      .filter((text) => {
        const mine = text.getBoundingClientRect();
        return (
          mine.left < box.left ||
          mine.right > box.right ||
          mine.top < box.top - 1 ||
          mine.bottom > box.bottom + 1
        );
      })
      .map((text) => text.textContent);
  });
