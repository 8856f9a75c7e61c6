(find) =>
  new Promise((done) => {
    const look = () => {
      const found = find();
      if (found) {
        watcher.disconnect();
        done(found);
      }
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document.documentElement, { subtree: true, childList: true, characterData: true });
    look();
  });
